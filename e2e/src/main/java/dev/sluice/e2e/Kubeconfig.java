package dev.sluice.e2e;

import io.fabric8.kubernetes.client.Config;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/** Files that name a cluster and who asks it, for programs that take no client of ours. */
final class Kubeconfig {
  private Kubeconfig() {}

  /**
   * For its owner's eyes alone: it holds a token.
   *
   * @param context its name
   * @param config of a client that has a token
   */
  static void write(Path file, String context, String namespace, Config config) {
    try {
      Files.deleteIfExists(file);
      Files.createFile(
          file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
      Files.writeString(
          file,
          """
          apiVersion: v1
          kind: Config
          clusters: [{ name: c, cluster: { server: "%s", certificate-authority-data: "%s" } }]
          users: [{ name: u, user: { token: "%s" } }]
          contexts: [{ name: %s, context: { cluster: c, user: u, namespace: %s } }]
          current-context: %s
          """
              .formatted(
                  config.getMasterUrl(),
                  config.getCaCertData(),
                  config.getOauthToken(),
                  context,
                  namespace,
                  context));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
