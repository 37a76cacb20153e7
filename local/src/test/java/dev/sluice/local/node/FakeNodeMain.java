package dev.sluice.local.node;

import java.nio.file.Path;

/** A node whose pods and users are played, as a process. */
public final class FakeNodeMain {
  private FakeNodeMain() {}

  public static void main(String[] args) throws Exception {
    FakeFleet fleet = new FakeFleet();
    FakeGateway gateway = new FakeGateway(fleet);
    NodeHost.run(
        Path.of(args[0]),
        new NodeHost.Parts() {
          @Override
          public Fleet fleet(NodeConfig config, Path folder) {
            return fleet;
          }

          @Override
          public Gateway gateway(NodeConfig config) {
            return gateway;
          }

          @Override
          public Crowd crowd(NodeConfig config, int proxyPort) {
            return gateway;
          }
        });
  }
}
