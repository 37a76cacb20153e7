package dev.sluice.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.authorization.v1.SubjectAccessReviewBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.ByteArrayInputStream;
import java.time.Duration;
import java.util.List;
import java.util.UUID;

/**
 * What RBAC grants is in force a moment after it is written: the API server decides by watches of
 * its own, one for each of the four kinds. Each tells in order, so where grants that were written
 * last are in force, all before them are.
 */
final class Grants {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private static final String LAST =
      """
      apiVersion: rbac.authorization.k8s.io/v1
      kind: Role
      metadata: { name: NAME, namespace: default }
      rules: [{ apiGroups: [sluice.test], resources: [here], verbs: [get] }]
      ---
      apiVersion: rbac.authorization.k8s.io/v1
      kind: RoleBinding
      metadata: { name: NAME, namespace: default }
      roleRef: { apiGroup: rbac.authorization.k8s.io, kind: Role, name: NAME }
      subjects: [{ apiGroup: rbac.authorization.k8s.io, kind: User, name: NAME }]
      ---
      apiVersion: rbac.authorization.k8s.io/v1
      kind: ClusterRole
      metadata: { name: NAME }
      rules: [{ apiGroups: [sluice.test], resources: [everywhere], verbs: [get] }]
      ---
      apiVersion: rbac.authorization.k8s.io/v1
      kind: ClusterRoleBinding
      metadata: { name: NAME }
      roleRef: { apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: NAME }
      subjects: [{ apiGroup: rbac.authorization.k8s.io, kind: User, name: NAME }]
      """;

  private Grants() {}

  /**
   * All that was granted before is in force when this returns. What a role aggregates is not among
   * it: a controller writes that, later.
   */
  static void awaitInForce(KubernetesClient admin) {
    String name = "last-" + UUID.randomUUID();
    List<HasMetadata> last =
        admin.load(new ByteArrayInputStream(LAST.replace("NAME", name).getBytes(UTF_8))).items();
    try {
      last.forEach(grant -> admin.resource(grant).create());
      Await.until(
          "what was granted is in force",
          PATIENCE,
          () -> may(admin, name, "here") && may(admin, name, "everywhere"));
    } finally {
      admin.resourceList(last).delete();
    }
  }

  private static boolean may(KubernetesClient admin, String user, String resource) {
    return admin
        .authorization()
        .v1()
        .subjectAccessReview()
        .create(
            new SubjectAccessReviewBuilder()
                .withNewSpec()
                .withUser(user)
                .withNewResourceAttributes()
                .withNamespace("default")
                .withGroup("sluice.test")
                .withResource(resource)
                .withVerb("get")
                .endResourceAttributes()
                .endSpec()
                .build())
        .getStatus()
        .getAllowed();
  }
}
