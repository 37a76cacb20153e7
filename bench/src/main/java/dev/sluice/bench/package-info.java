/** Benchmarks: commands whose figures stand in bench/README.md. */
@NullMarked
package dev.sluice.bench;

import org.jspecify.annotations.NullMarked;
