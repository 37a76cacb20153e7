package dev.sluice.kubernetes.install;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.engine.world.Command.Action;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.rbac.ClusterRole;
import io.fabric8.kubernetes.api.model.rbac.PolicyRule;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;

class InstallationTest {
  @Test
  void what_others_need_comes_first() {
    List<String> kinds =
        Installation.clusterWide("sluice-system").objects().stream()
            .map(HasMetadata::getKind)
            .distinct()
            .toList();
    assertThat(kinds)
        .containsSubsequence(
            "Namespace",
            "CustomResourceDefinition",
            "ServiceAccount",
            "ClusterRole",
            "ClusterRoleBinding",
            "MutatingAdmissionPolicy",
            "ValidatingAdmissionPolicy");
  }

  @Test
  void for_one_namespace_there_is_no_right_outside_of_it_but_to_look_at_admission_policies() {
    List<HasMetadata> objects = Installation.inNamespace("a").objects();
    assertThat(objects)
        .filteredOn(o -> o.getKind().startsWith("Role"))
        .isNotEmpty()
        .allMatch(o -> o.getMetadata().getNamespace().equals("a"));
    assertThat(objects)
        .filteredOn(o -> o instanceof ClusterRole)
        .singleElement()
        .satisfies(
            role -> {
              assertThat(role.getMetadata().getName()).isEqualTo("sluice-operator-a");
              assertThat(((ClusterRole) role).getRules())
                  .allSatisfy(
                      rule -> {
                        assertThat(rule.getApiGroups())
                            .containsExactly("admissionregistration.k8s.io");
                        assertThat(rule.getVerbs()).containsExactly("get", "list", "watch");
                      });
            });
  }

  @Test
  void a_releaser_may_do_every_act_that_there_is() {
    assertThat(
            Rights.people().stream()
                .filter(p -> p.name().equals("sluice-releaser"))
                .flatMap(p -> p.rules().stream())
                .map(PolicyRule::getResources)
                .flatMap(List::stream))
        .containsAll(
            Arrays.stream(Action.values())
                .map(a -> "releases/" + a.name().toLowerCase(Locale.ROOT))
                .toList());
  }

  @Test
  void nobody_is_given_the_verb_escape_or_everything() {
    assertThat(Installation.clusterWide("sluice-system").objects().toString())
        .doesNotContain("escape]")
        .doesNotContain("escape,")
        .doesNotContain("verbs=[*]");
  }
}
