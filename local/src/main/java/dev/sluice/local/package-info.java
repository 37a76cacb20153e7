/** The local driver: the engine's ports on one machine, without a cluster. */
@NullMarked
package dev.sluice.local;

import org.jspecify.annotations.NullMarked;
