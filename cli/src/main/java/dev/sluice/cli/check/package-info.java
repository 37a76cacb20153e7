/** The gates as linters, for a pull request. */
@NullMarked
package dev.sluice.cli.check;

import org.jspecify.annotations.NullMarked;
