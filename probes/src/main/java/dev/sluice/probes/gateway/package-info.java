/** Reads what gateways count of each backend, refused and hung requests included. */
@NullMarked
package dev.sluice.probes.gateway;

import org.jspecify.annotations.NullMarked;
