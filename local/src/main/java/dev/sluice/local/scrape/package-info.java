/** Reads what pods count. */
@NullMarked
package dev.sluice.local.scrape;

import org.jspecify.annotations.NullMarked;
