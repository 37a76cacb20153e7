/** Who else writes to a shop's objects: GitOps tools, Helm, kubectl in all its ways. */
@NullMarked
package dev.sluice.e2e.gitops;

import org.jspecify.annotations.NullMarked;
