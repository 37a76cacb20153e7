package dev.sluice.kubernetes.admission;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class AdmissionPoliciesTest {
  private static final List<GenericKubernetesResource> ALL =
      AdmissionPolicies.all("sluice-system", Optional.empty());

  @Test
  void each_policy_stands_before_its_binding() {
    assertThat(ALL.stream().map(o -> o.getMetadata().getName()))
        .containsExactly(
            "sluice-hold",
            "sluice-hold",
            "sluice-pin",
            "sluice-pin",
            "sluice-pin-budget",
            "sluice-pin-budget",
            "sluice-split",
            "sluice-split",
            "sluice-track",
            "sluice-track",
            "sluice-command-author",
            "sluice-command-author",
            "sluice-command",
            "sluice-command");
    for (int i = 0; i < ALL.size(); i += 2) {
      assertThat(ALL.get(i).getKind()).endsWith("Policy");
      assertThat(ALL.get(i + 1).getKind()).isEqualTo(ALL.get(i).getKind() + "Binding");
    }
  }

  @Test
  void the_operators_account_is_exempt_and_nobody_else() {
    String text = Serialization.asYaml(ALL);
    assertThat(text).doesNotContain("NAMESPACE");
    assertThat(text.lines().filter(l -> l.contains("request.userInfo.username ==")))
        .hasSize(4)
        .allMatch(l -> l.contains("\\\"" + AdmissionPolicies.operator("sluice-system") + "\\\""));
  }

  @Test
  void what_sees_objects_that_nobody_labelled_never_stops_them() {
    for (GenericKubernetesResource policy : ALL) {
      if (policy.getKind().equals("MutatingAdmissionPolicy")) {
        String selector =
            String.valueOf(policy.<Object>get("spec", "matchConstraints", "objectSelector"));
        boolean ours =
            selector.contains("sluice.dev/policy")
                || policy.getMetadata().getName().startsWith("sluice-command");
        assertThat(policy.<String>get("spec", "failurePolicy")).isEqualTo(ours ? "Fail" : "Ignore");
      }
    }
  }

  @Test
  void for_one_namespace_they_are_bound_to_it_and_leave_room_for_another() {
    for (GenericKubernetesResource object : AdmissionPolicies.all("a", Optional.of("a"))) {
      assertThat(object.getMetadata().getName()).startsWith("sluice-").endsWith("-a");
      if (object.getKind().endsWith("Binding")) {
        assertThat(object.<String>get("spec", "policyName"))
            .isEqualTo(object.getMetadata().getName());
        assertThat(object.<Object>get("spec", "matchResources", "namespaceSelector"))
            .hasToString("{matchLabels={kubernetes.io/metadata.name=a}}");
      }
    }
  }
}
