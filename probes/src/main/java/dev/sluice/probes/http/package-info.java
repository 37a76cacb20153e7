/** What all of ours that asks by HTTP has in common. */
@NullMarked
package dev.sluice.probes.http;

import org.jspecify.annotations.NullMarked;
