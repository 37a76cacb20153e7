/** The page of {@code sluice console}: what is shown of releases, and the server that shows it. */
@NullMarked
package dev.sluice.cli.console;

import org.jspecify.annotations.NullMarked;
