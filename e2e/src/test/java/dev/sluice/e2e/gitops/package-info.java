/** Releases while somebody else writes to the same objects. */
@NullMarked
package dev.sluice.e2e.gitops;

import org.jspecify.annotations.NullMarked;
