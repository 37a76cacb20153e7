/**
 * The judge against other rules, on simulated days: who aborts what is good, who finds what is bad,
 * when, and after how many requests that were hurt.
 */
@NullMarked
package dev.sluice.bench.judge;

import org.jspecify.annotations.NullMarked;
