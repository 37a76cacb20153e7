/**
 * What is promised of a release, asserted by somebody who knows nothing of how it is kept: from the
 * versions of objects and the answers that users got alone.
 */
@NullMarked
package dev.sluice.watch;

import org.jspecify.annotations.NullMarked;
