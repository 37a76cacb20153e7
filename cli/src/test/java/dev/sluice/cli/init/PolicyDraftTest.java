package dev.sluice.cli.init;

import static dev.sluice.cli.init.Drafts.AUTOSCALER;
import static dev.sluice.cli.init.Drafts.BUDGET;
import static dev.sluice.cli.init.Drafts.INGRESS;
import static dev.sluice.cli.init.Drafts.ROUTE;
import static dev.sluice.cli.init.Drafts.SERVICE;
import static dev.sluice.cli.init.Drafts.WEB;
import static dev.sluice.cli.init.Drafts.around;
import static dev.sluice.cli.init.Drafts.deployment;
import static dev.sluice.cli.init.Drafts.draft;
import static dev.sluice.cli.init.Drafts.ingress;
import static dev.sluice.cli.init.Drafts.read;
import static dev.sluice.cli.init.Drafts.seen;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.api.PolicySpec;
import dev.sluice.api.Preset;
import dev.sluice.cli.Failed;
import dev.sluice.cli.cluster.DeploymentName;
import dev.sluice.cli.cluster.Lead;
import dev.sluice.cli.cluster.Surroundings;
import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscaler;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscalerBuilder;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudgetBuilder;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** A policy for what runs, and a sentence for everything that it could not find. */
class PolicyDraftTest {
  @Test
  void what_has_everything_gets_a_canary_and_no_warning() throws Exception {
    PolicyDraft draft =
        draft(
            new Surroundings(
                deployment(WEB),
                List.of(SERVICE),
                List.of(ROUTE),
                List.of(),
                List.of(BUDGET),
                List.of(),
                List.of()));
    assertThat(draft.notes()).isEmpty();
    PolicySpec spec = read(draft);
    assertThat(spec.services()).containsExactly("web");
    assertThat(spec.route().orElseThrow().gateway().orElseThrow().httpRoutes())
        .extracting(PolicySpec.RouteRef::name)
        .containsExactly("web-route");
    assertThat(spec.strategy().canary().orElseThrow().preset()).contains(Preset.STANDARD);
    assertThat(draft.text())
        .contains("prometheus.io/…: port 9090, path /metrics")
        .contains("PodDisruptionBudget web-pdb is pinned with the Services");
  }

  @Test
  void without_a_route_it_is_blue_green_and_says_so() throws Exception {
    PolicyDraft draft = draft(around(deployment(WEB), List.of()));
    assertThat(read(draft).strategy().blueGreen()).isPresent();
    assertThat(draft.notes())
        .anyMatch(
            n -> n.startsWith("No HTTPRoute, GRPCRoute or Ingress of ingress-nginx leads to"));
    assertThat(draft.notes()).anyMatch(n -> n.startsWith("No PodDisruptionBudget covers the pods"));
    assertThat(draft.notes()).allSatisfy(n -> assertThat(draft.text()).contains("# - " + n));
  }

  @Test
  void ingress_nginx_is_split_and_another_ingress_is_named() throws Exception {
    Lead traefik = Lead.of(ingress("traefik"), Set.of("nginx"));
    PolicyDraft draft = draft(around(deployment(WEB), List.of(INGRESS, traefik)));
    assertThat(read(draft).route().orElseThrow().ingressNginx().orElseThrow().ingresses())
        .extracting(PolicySpec.IngressRef::name)
        .containsExactly("nginx-ingress");
    assertThat(draft.notes())
        .anyMatch(n -> n.startsWith("The Ingress traefik-ingress leads here too"));
  }

  @Test
  void a_person_who_wants_to_be_asked_gets_stages_that_ask() throws Exception {
    Seen seen = seen(around(deployment(WEB), List.of(ROUTE)));
    PolicyDraft draft =
        PolicyDraft.of(
            new Seen(
                seen.around(),
                seen.metrics(),
                seen.gateway(),
                Optional.empty(),
                Optional.of(true)));
    assertThat(read(draft).strategy().canary().orElseThrow().stages())
        .filteredOn(stage -> stage.approve().isPresent())
        .extracting(PolicySpec.Stage::name)
        .containsExactly("half");
    assertThat(draft.text()).doesNotContain("Nobody was asked");
    assertThat(PolicyDraft.of(seen).text()).contains("# Nobody was asked");
  }

  @Test
  void routes_that_were_not_chosen_are_named() throws Exception {
    Seen seen = seen(around(deployment(WEB), List.of(ROUTE, INGRESS)));
    PolicyDraft draft =
        PolicyDraft.of(
            new Seen(
                seen.around(),
                seen.metrics(),
                seen.gateway(),
                Optional.of(List.of(INGRESS)),
                Optional.of(false)));
    assertThat(read(draft).route().orElseThrow().ingressNginx()).isPresent();
    assertThat(draft.notes())
        .contains("Not to be split, as was chosen: web-route; their users follow at the flip.");
  }

  @Test
  void autoscalers_and_budgets_that_stand_in_the_way_are_named() throws Exception {
    HorizontalPodAutoscaler full =
        new HorizontalPodAutoscalerBuilder(AUTOSCALER)
            .editMetadata()
            .withName("second")
            .endMetadata()
            .editSpec()
            .withMaxReplicas(3)
            .endSpec()
            .build();
    PodDisruptionBudget never =
        new PodDisruptionBudgetBuilder(BUDGET)
            .editMetadata()
            .withName("never")
            .endMetadata()
            .editSpec()
            .withMaxUnavailable(new IntOrString(0))
            .endSpec()
            .build();
    Service lost =
        new ServiceBuilder(SERVICE)
            .editSpec()
            .editFirstPort()
            .withTargetPort(new IntOrString("htpp"))
            .endPort()
            .endSpec()
            .build();
    PolicyDraft draft =
        draft(
            new Surroundings(
                deployment(WEB),
                List.of(lost),
                List.of(ROUTE),
                List.of(AUTOSCALER, full),
                List.of(BUDGET, never),
                List.of(),
                List.of()));
    assertThat(draft.notes())
        .anyMatch(n -> n.startsWith("2 HorizontalPodAutoscalers scale this Deployment"))
        .anyMatch(n -> n.startsWith("HorizontalPodAutoscaler second is at its maximum of 3 pods"))
        .anyMatch(n -> n.startsWith("2 PodDisruptionBudgets cover the same pods (web-pdb, never)"))
        .anyMatch(n -> n.startsWith("PodDisruptionBudget never never allows a pod"))
        .anyMatch(n -> n.startsWith("The Service web sends to the port named htpp"));
    read(draft);
  }

  @Test
  void an_autoscaler_that_multiplies_is_named() throws Exception {
    PolicyDraft draft =
        draft(
            new Surroundings(
                deployment(WEB),
                List.of(SERVICE),
                List.of(ROUTE),
                List.of(AUTOSCALER),
                List.of(BUDGET),
                List.of(),
                List.of("Ingress objects could not be looked at.")));
    assertThat(draft.text()).contains("HorizontalPodAutoscaler web (2 to 10 pods) stays as it is");
    assertThat(draft.notes())
        .satisfiesExactly(
            value -> assertThat(value).contains("has a target of type Value"),
            unseen -> assertThat(unseen).isEqualTo("Ingress objects could not be looked at."));
    read(draft);
  }

  @Test
  void what_would_keep_a_release_from_starting_is_said() throws Exception {
    String web =
        WEB.replace("RollingUpdate", "Recreate")
            .replace("replicas: 3\n  strategy", "replicas: 0\n  strategy")
            .replace("containerPort: 8080", "containerPort: 8080, hostPort: 8080")
            .replace("updatedReplicas: 3", "updatedReplicas: 1")
            .replace(
                "namespace: shop }\nspec",
                "namespace: shop, labels: { sluice.dev/policy: old } }\nspec");
    PolicyDraft draft =
        draft(
            new Surroundings(
                deployment(web),
                List.of(SERVICE),
                List.of(ROUTE),
                List.of(),
                List.of(BUDGET),
                List.of("data"),
                List.of()));
    assertThat(draft.text()).contains("# As it is, no release would start:");
    assertThat(draft.notes())
        .satisfiesExactly(
            recreate -> assertThat(recreate).startsWith("The Deployment's strategy is Recreate"),
            zero -> assertThat(zero).startsWith("The Deployment has 0 replicas"),
            port -> assertThat(port).startsWith("The pods take port 8080 of their node"),
            claim -> assertThat(claim).startsWith("The pods use the volume of the claim data"),
            rolls -> assertThat(rolls).startsWith("A native rollout is still under way"),
            other -> assertThat(other).startsWith("The Deployment is released by the policy old"));
    read(draft);
  }

  @Test
  void what_others_wrote_cannot_break_out_of_a_comment() throws Exception {
    String web = WEB.replace("\"9090\"", "\"9090\\nspec: {}\"");
    read(draft(around(deployment(web), List.of(ROUTE))));
  }

  @Test
  void without_a_service_there_is_nothing_to_be_moved() {
    Surroundings around =
        new Surroundings(
            deployment(WEB), List.of(), List.of(), List.of(), List.of(), List.of(), List.of());
    assertThatThrownBy(() -> draft(around))
        .isInstanceOfSatisfying(Failed.class, f -> assertThat(f.exit()).isEqualTo(1))
        .hasMessageStartingWith("No Service in shop selects the pods of Deployment web");
  }

  @Test
  void only_deployments_are_released() throws Exception {
    assertThat(DeploymentName.of("deployment/web")).isEqualTo("web");
    assertThat(DeploymentName.of("deploy/web")).isEqualTo("web");
    assertThatThrownBy(() -> DeploymentName.of("statefulset/db"))
        .hasMessage("Sluice releases Deployments, and statefulset/db is none.");
    assertThatThrownBy(() -> DeploymentName.of("web"))
        .hasMessage("Say what web is: sluice init deployment/web.");
  }
}
