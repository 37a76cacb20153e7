package dev.sluice.operator.cluster;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sluice.api.SecretKey;
import dev.sluice.probes.secret.SecretSource;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Secrets of one namespace, by the right that somebody gave the operator for each by its name. They
 * are read when they are needed and kept nowhere.
 */
record ClusterSecrets(KubernetesClient client, String namespace) implements SecretSource {
  private static final int FORBIDDEN = 403;

  /** As the API server names who asked. */
  private static final Pattern ACCOUNT =
      Pattern.compile("\"system:serviceaccount:([a-z0-9.-]+:[a-z0-9.-]+)\"");

  @Override
  public String read(SecretKey asked) throws Unreadable {
    Secret secret;
    try {
      secret = client.secrets().inNamespace(namespace).withName(asked.name()).get();
    } catch (KubernetesClientException e) {
      throw e.getCode() == FORBIDDEN
          ? new Unreadable(forbidden(asked.name(), String.valueOf(e.getMessage())), false)
          : new Unreadable(
              "the Secret %s/%s could not be read (%s)"
                  .formatted(namespace, asked.name(), e.getCode() > 0 ? e.getCode() : "no answer"),
              true);
    }
    if (secret == null) {
      throw new Unreadable(
          "there is no Secret %s in the namespace %s".formatted(asked.name(), namespace), false);
    }
    String value = Optional.ofNullable(secret.getData()).orElse(Map.of()).get(asked.key());
    if (value == null) {
      throw new Unreadable(
          "the Secret %s/%s has no key %s".formatted(namespace, asked.name(), asked.key()), false);
    }
    return new String(Base64.getDecoder().decode(value), UTF_8);
  }

  /** With the two commands that mend it. */
  private String forbidden(String secret, String said) {
    Matcher account = ACCOUNT.matcher(said);
    String who = account.find() ? account.group(1) : "NAMESPACE:ACCOUNT";
    return "Sluice may not read the Secret %1$s/%2$s. Whoever administers %1$s allows it by \"kubectl create role sluice-reads-%2$s -n %1$s --verb=get --resource=secrets --resource-name=%2$s && kubectl create rolebinding sluice-reads-%2$s -n %1$s --role=sluice-reads-%2$s --serviceaccount=%3$s\""
        .formatted(namespace, secret, who);
  }
}
