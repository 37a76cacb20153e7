/** The control loop on a cluster: one loop a policy, its state in the policy's own status. */
@NullMarked
package dev.sluice.operator.cluster;

import org.jspecify.annotations.NullMarked;
