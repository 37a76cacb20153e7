/** What a release would do, as people and programs read it. */
@NullMarked
package dev.sluice.cli.plan;

import org.jspecify.annotations.NullMarked;
