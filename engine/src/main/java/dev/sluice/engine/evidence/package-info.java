/** Evidence: harm ledgers, gates and calibration; always valid, however often one looks. */
@NullMarked
package dev.sluice.engine.evidence;

import org.jspecify.annotations.NullMarked;
