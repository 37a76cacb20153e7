/** The reverse proxy of the lab: what a gateway is on a cluster. */
@NullMarked
package dev.sluice.local.proxy;

import org.jspecify.annotations.NullMarked;
