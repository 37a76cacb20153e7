/**
 * What is wrong with a cluster or a policy, from what its user may see: facts first, then rules.
 */
@NullMarked
package dev.sluice.kubernetes.diagnose;

import org.jspecify.annotations.NullMarked;
