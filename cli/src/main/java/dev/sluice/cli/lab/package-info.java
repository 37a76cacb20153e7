/** The lab: a scenario on this machine, and the release that goes through it. */
@NullMarked
package dev.sluice.cli.lab;

import org.jspecify.annotations.NullMarked;
