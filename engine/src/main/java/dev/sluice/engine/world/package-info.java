/** What was observed: immutable snapshots, never older than our own writes. */
@NullMarked
package dev.sluice.engine.world;

import org.jspecify.annotations.NullMarked;
