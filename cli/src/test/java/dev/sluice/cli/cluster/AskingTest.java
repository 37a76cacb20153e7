package dev.sluice.cli.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.cli.Failed;
import org.junit.jupiter.api.Test;

/** A no of the API server names the missing right, or what else is to be done. */
class AskingTest {
  @Test
  void a_missing_right_is_named_with_the_role_that_has_it() {
    assertThat(
            said(
                403,
                "releasecommands.sluice.dev is forbidden: User \"ana\" cannot create resource"
                    + " \"releasecommands\" in API group \"sluice.dev\" in the namespace \"shop\""))
        .isEqualTo(
            "ana may not create releasecommands in shop: ask for the verb create on"
                + " releasecommands.sluice.dev, which the roles sluice-editor and sluice-releaser"
                + " have.");
    assertThat(
            said(
                403,
                "deployments.apps \"web\" is forbidden: User \"ana\" cannot get resource"
                    + " \"deployments\" in API group \"apps\" in the namespace \"shop\""))
        .isEqualTo(
            "ana may not get deployments in shop: ask for the verb get on deployments.apps.");
    assertThat(
            said(
                403,
                "releasepolicies.sluice.dev is forbidden: User \"ana\" cannot list resource"
                    + " \"releasepolicies\" in API group \"sluice.dev\" at the cluster scope"))
        .isEqualTo(
            "ana may not list releasepolicies at the cluster scope: ask for the verb list on"
                + " releasepolicies.sluice.dev, which the role sluice-viewer has.");
  }

  @Test
  void what_our_own_policy_says_is_said_without_the_words_around_it() {
    assertThat(
            said(
                422,
                "releasecommands.sluice.dev \"abort-x\" is forbidden: ValidatingAdmissionPolicy"
                    + " 'sluice-command' with binding 'sluice-command' denied request: you may not"
                    + " abort releases in shop: ask for the verb create on releases/abort"))
        .isEqualTo(
            "You may not abort releases in shop: ask for the verb create on releases/abort.");
  }

  @Test
  void a_cluster_without_sluice_is_told_apart() {
    assertThat(said(404, "the server could not find the requested resource"))
        .isEqualTo(
            "This cluster does not know the objects of Sluice. Is it the one that is meant?"
                + " sluice install puts them there.");
    assertThat(said(401, "Unauthorized")).contains("log in again");
  }

  @Test
  void what_may_be_otherwise_the_next_time_is_no_answer() {
    assertThat(Asking.no(0, "connection refused")).isEmpty();
    assertThat(Asking.no(429, "too many requests")).isEmpty();
    assertThat(Asking.no(503, "apiserver is shutting down")).isEmpty();
  }

  @Test
  void bad_input_is_told_apart_from_what_cannot_be_reached() {
    assertThat(Asking.no(422, "spec.stage: too long").map(Failed::exit)).contains(2);
    assertThat(Asking.no(403, "no").map(Failed::exit)).contains(4);
  }

  private static String said(int code, String words) {
    return String.valueOf(Asking.no(code, words).orElseThrow().getMessage());
  }
}
