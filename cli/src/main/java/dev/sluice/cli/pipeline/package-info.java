/** A release as the system that runs a pipeline shows it: in its log, and as a report of tests. */
@NullMarked
package dev.sluice.cli.pipeline;

import org.jspecify.annotations.NullMarked;
