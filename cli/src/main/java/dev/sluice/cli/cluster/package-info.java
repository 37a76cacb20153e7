/** Commands that work on a cluster. */
@NullMarked
package dev.sluice.cli.cluster;

import org.jspecify.annotations.NullMarked;
