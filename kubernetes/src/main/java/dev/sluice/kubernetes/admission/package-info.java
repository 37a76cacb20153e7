/** What the API server itself holds during a release, so that no writer can undo it. */
@NullMarked
package dev.sluice.kubernetes.admission;

import org.jspecify.annotations.NullMarked;
