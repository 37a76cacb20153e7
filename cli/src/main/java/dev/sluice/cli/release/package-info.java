/** The commands that show releases and act on them, wherever they are. */
@NullMarked
package dev.sluice.cli.release;

import org.jspecify.annotations.NullMarked;
