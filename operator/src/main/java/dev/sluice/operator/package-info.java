/** The control loop: observe, fold, decide, record, sequence, act. */
@NullMarked
package dev.sluice.operator;

import org.jspecify.annotations.NullMarked;
