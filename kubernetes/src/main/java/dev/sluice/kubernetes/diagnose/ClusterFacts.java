package dev.sluice.kubernetes.diagnose;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.api.model.rbac.ClusterRole;
import io.fabric8.kubernetes.api.model.rbac.Role;
import java.time.Instant;
import java.util.Optional;

/**
 * What there is of Sluice on a cluster.
 *
 * @param version of Kubernetes
 * @param knowsPolicies whether the API server serves ReleasePolicies
 * @param admission whether it serves MutatingAdmissionPolicies
 * @param system the operator's own namespace
 * @param onlyIn the one namespace that is looked at; empty: all
 * @param guards admission policies and their bindings, of anybody
 * @param roles of the whole cluster, of anybody
 * @param ownRoles those of the operator in a namespace
 * @param leases those by which one of several operators works
 * @param operators Deployments in the operator's own namespace
 * @param at when it was looked at
 */
record ClusterFacts(
    String version,
    boolean knowsPolicies,
    boolean admission,
    String system,
    Optional<String> onlyIn,
    Seen<CustomResourceDefinition> definitions,
    Seen<GenericKubernetesResource> guards,
    Seen<ClusterRole> roles,
    Seen<Role> ownRoles,
    Seen<Lease> leases,
    Seen<Deployment> operators,
    Instant at) {}
