/** One release without anything installed: driven by whoever started it, with their own rights. */
@NullMarked
package dev.sluice.operator.run;

import org.jspecify.annotations.NullMarked;
