package dev.sluice.watch;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class AuthorsTest {
  private static final String ROUTE =
      "{ metadata: { name: 'shop', annotations: { %s }, managedFields: [%s] }, spec: { hosts: [%s] } }";
  private static final String DANA =
      "{ manager: 'kubectl', operation: 'Apply', time: '2026-01-01T12:00:0%dZ' }";
  private static final String SLUICE =
      "{ manager: 'sluice', operation: 'Update', time: '2026-01-01T12:00:0%dZ', fieldsV1: { a%d: {} } }";
  private static final String BEFORE = ROUTE.formatted("", DANA.formatted(0), "1");

  @Test
  void the_manager_whose_time_has_changed_wrote_it() {
    assertThat(writer(BEFORE, ROUTE.formatted("", DANA.formatted(1), "2"))).isEqualTo(Writer.USER);
    String split =
        ROUTE.formatted(
            "'sluice.dev/split': 'x'", DANA.formatted(0) + "," + SLUICE.formatted(2, 1), "1");
    assertThat(writer(BEFORE, split)).isEqualTo(Writer.SLUICE);
    // It takes its mark away, and owns nothing any more.
    assertThat(writer(split, BEFORE)).isEqualTo(Writer.SLUICE);
  }

  @Test
  void two_writes_within_a_second_are_told_by_the_marks() {
    String one = ROUTE.formatted("'sluice.dev/split': '5'", SLUICE.formatted(2, 1), "1");
    String two = ROUTE.formatted("'sluice.dev/split': '6'", SLUICE.formatted(2, 1), "1");
    String three = ROUTE.formatted("'sluice.dev/split': '6'", SLUICE.formatted(2, 1), "2");
    assertThat(writer(one, two)).isEqualTo(Writer.SLUICE);
    assertThat(writer(two, three)).isEqualTo(Writer.UNKNOWN);
  }

  @Test
  void a_template_that_is_held_in_the_same_write_is_its_users() {
    String deployment =
        "{ metadata: { name: 'shop', labels: { %s }, managedFields: [%s] }, spec: { template: '%s' } }";
    String v1 = deployment.formatted("", DANA.formatted(0), "v1");
    String v2 = deployment.formatted("'sluice.dev/held': 'true'", DANA.formatted(0), "v2");
    assertThat(writer(v1, v2)).as("within one second").isEqualTo(Writer.USER);
    assertThat(writer(v2, deployment.formatted("", DANA.formatted(0), "v2")))
        .as("only the operator lets go")
        .isEqualTo(Writer.SLUICE);
  }

  @Test
  void a_status_is_the_clusters_and_that_of_sluices_own_objects_is_sluices() {
    String status = BEFORE.replace("spec:", "status: { seen: true }, spec:");
    assertThat(writer(BEFORE, status)).isEqualTo(Writer.CLUSTER);
    assertThat(Authors.of("ReleasePolicy", Story.read(BEFORE), Story.read(status)))
        .isEqualTo(Writer.SLUICE);
  }

  @Test
  void an_autoscaler_writes_for_its_user_by_the_controller_manager() {
    String scaled =
        ROUTE.formatted(
            "",
            DANA.formatted(0)
                + ", { manager: 'kube-controller-manager', operation: 'Update', subresource: 'scale', time: '2026-01-01T12:00:03Z' }",
            "2");
    assertThat(writer(BEFORE, scaled)).isEqualTo(Writer.USER);
  }

  private static Writer writer(String was, String is) {
    return Authors.of("HTTPRoute", Story.read(was), Story.read(is));
  }
}
