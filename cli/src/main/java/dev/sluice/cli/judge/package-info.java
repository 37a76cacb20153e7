/** The judge as a filter: JSON Lines of counts in, verdicts out. */
@NullMarked
package dev.sluice.cli.judge;

import org.jspecify.annotations.NullMarked;
