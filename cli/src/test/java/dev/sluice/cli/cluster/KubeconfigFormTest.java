package dev.sluice.cli.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Config;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import io.fabric8.kubernetes.client.utils.Serialization;
import org.junit.jupiter.api.Test;

/** A kubeconfig says the same to us as to the client's own reading of it. */
class KubeconfigFormTest {
  private static final String FILE =
      """
      apiVersion: v1
      kind: Config
      current-context: work
      preferences: {}
      clusters:
        - name: work
          cluster:
            server: https://10.0.0.1:6443
            certificate-authority: ca.crt
            proxy-url: http://proxy:3128
            tls-server-name: kubernetes
            disable-compression: true
        - name: play
          cluster: { server: "http://127.0.0.1:8080", insecure-skip-tls-verify: true, certificate-authority-data: AAAA }
      contexts:
        - { name: work, context: { cluster: work, user: token, namespace: shop } }
        - { name: play, context: { cluster: play, user: program } }
      users:
        - { name: token, user: { token: 12345, as: jane, as-groups: [devs, ops], as-uid: "7", as-user-extra: { team: [a, b] } } }
        - { name: file, user: { tokenFile: /run/token } }
        - { name: basic, user: { username: jane, password: secret } }
        - name: certificate
          user: { client-certificate: c.crt, client-key: c.key, client-certificate-data: BBBB, client-key-data: CCCC }
        - name: program
          user:
            exec:
              apiVersion: client.authentication.k8s.io/v1
              command: token-of
              args: [--cluster, play]
              env: [{ name: PROFILE, value: play }]
              interactiveMode: Never
              provideClusterInfo: false
        - name: provider
          user: { auth-provider: { name: oidc, config: { id-token: DDDD, idp-issuer-url: "https://who" } } }
      """;

  @Test
  void all_that_a_file_says_is_read() {
    Config theirs = new KubernetesSerialization().unmarshal(FILE, Config.class);
    KubeconfigForm.use();
    Config ours = Serialization.unmarshal(FILE, Config.class);
    assertThat(ours)
        .usingRecursiveComparison()
        .ignoringFields("apiVersion", "kind", "preferences")
        .isEqualTo(theirs);
  }

  @Test
  void an_empty_file_and_one_without_a_user_are_none_that_breaks() {
    KubeconfigForm.use();
    assertThat(Serialization.unmarshal("users: [{ name: nobody }]", Config.class).getUsers())
        .singleElement()
        .satisfies(user -> assertThat(user.getUser().getToken()).isNull());
    assertThat(Serialization.unmarshal("kind: Config", Config.class).getContexts()).isEmpty();
  }
}
