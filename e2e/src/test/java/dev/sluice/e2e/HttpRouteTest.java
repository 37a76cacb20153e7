package dev.sluice.e2e;

import org.junit.jupiter.api.Order;

/** HTTPRoutes. */
@Order(1)
class HttpRouteTest extends GatewayRouterContract {
  @Override
  String type() {
    return "HTTPRoute";
  }

  @Override
  String field() {
    return "httpRoutes";
  }

  @Override
  String match(String edit) {
    return "{ path: { type: PathPrefix, value: /%s } }".formatted(edit);
  }
}
