/** The engine's ports on a cluster. */
@NullMarked
package dev.sluice.kubernetes;

import org.jspecify.annotations.NullMarked;
