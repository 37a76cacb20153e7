package dev.sluice.e2e;

import org.junit.jupiter.api.Order;

/** GRPCRoutes. */
@Order(1)
class GrpcRouteTest extends GatewayRouterContract {
  @Override
  String type() {
    return "GRPCRoute";
  }

  @Override
  String field() {
    return "grpcRoutes";
  }

  @Override
  String match(String edit) {
    return "{ method: { service: shop.Orders, method: %s } }".formatted(edit);
  }
}
