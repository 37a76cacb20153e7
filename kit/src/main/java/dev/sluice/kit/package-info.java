/** The service kit: what a Java service brings to be released well. */
@NullMarked
package dev.sluice.kit;

import org.jspecify.annotations.NullMarked;
