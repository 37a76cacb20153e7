package dev.sluice.e2e;

import dev.sluice.cli.Main;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Somebody at a terminal, with a kubeconfig of their own: what they may do is what RBAC says of
 * their account.
 */
public record Person(Path kubeconfig) {
  private static final Duration SOON = Duration.ofSeconds(30);

  /** What the program said, and how it ended. */
  public record Said(int exit, String out, String err) {}

  /**
   * With an account in that namespace, which is made, and these cluster roles in it.
   *
   * @param folder for the kubeconfig
   */
  public static Person of(
      Kubelab cluster, String namespace, String name, Path folder, String... roles) {
    Kubectl admin = Kubectl.admin(cluster, namespace);
    admin.run("create", "serviceaccount", name);
    for (String role : roles) {
      admin.run(
          "create",
          "rolebinding",
          name + "-" + role,
          "--clusterrole=" + role,
          "--serviceaccount=" + namespace + ":" + name);
    }
    cluster.awaitGrants();
    Path file = folder.resolve(namespace + "-" + name + ".conf");
    Kubeconfig.write(
        file, name, namespace, cluster.serviceAccount(namespace, name).getConfiguration());
    Person person = new Person(file);
    Await.until(name + "'s roles are known", SOON, () -> person.sluice("get").exit() == 0);
    return person;
  }

  /** With what they have in that folder. */
  public Shell shell(Path folder) {
    return new Shell(kubeconfig, folder);
  }

  /** Runs {@code sluice} in this process. */
  public Said sluice(String... words) {
    List<String> all = new ArrayList<>(List.of(words));
    all.add("--kubeconfig=" + kubeconfig);
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int exit =
        Main.run(
            new PrintWriter(out, true), new PrintWriter(err, true), all.toArray(String[]::new));
    return new Said(exit, out.toString(), err.toString());
  }
}
