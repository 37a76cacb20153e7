/** The rules by which other systems judge a release, written from their documentation. */
@NullMarked
package dev.sluice.bench.rival;

import org.jspecify.annotations.NullMarked;
