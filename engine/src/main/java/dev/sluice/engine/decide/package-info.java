/** What should be true next: an ordered chain of small rules that reads like the specification. */
@NullMarked
package dev.sluice.engine.decide;

import org.jspecify.annotations.NullMarked;
