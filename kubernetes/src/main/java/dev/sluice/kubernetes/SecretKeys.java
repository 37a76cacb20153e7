package dev.sluice.kubernetes;

import dev.sluice.api.PolicySpec.SecretKey;
import dev.sluice.probes.checks.Keys;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.util.Base64;

/**
 * A key in a Secret of the policy's namespace. The operator may read no Secret until somebody who
 * may grants it that one by name.
 */
public final class SecretKeys implements Keys {
  private final KubernetesClient client;
  private final String namespace;
  private final SecretKey wanted;

  public SecretKeys(KubernetesClient client, String namespace, SecretKey wanted) {
    this.client = client;
    this.namespace = namespace;
    this.wanted = wanted;
  }

  @Override
  public Found key() {
    try {
      Secret secret = client.secrets().inNamespace(namespace).withName(wanted.name()).get();
      if (secret == null) {
        return lacking("There is no Secret %s in %s.", wanted.name(), namespace);
      }
      String value = secret.getData() == null ? null : secret.getData().get(wanted.key());
      return value == null || value.isEmpty()
          ? lacking("The Secret %s in %s has no value %s.", wanted.name(), namespace, wanted.key())
          : new Key(Base64.getDecoder().decode(value));
    } catch (KubernetesClientException e) {
      return switch (e.getCode()) {
        case 401, 403 ->
            lacking(
                "Sluice may not read the Secret %s in %s: grant it get on secrets with resourceNames: [%s] there.",
                wanted.name(), namespace, wanted.name());
        default -> new Unread();
      };
    }
  }

  private static Lacking lacking(String why, Object... with) {
    return new Lacking(why.formatted(with));
  }
}
