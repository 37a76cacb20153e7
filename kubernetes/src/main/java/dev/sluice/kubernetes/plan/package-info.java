/**
 * What stands in the way of a release that has not begun: each check is small, pure, and by itself.
 */
@NullMarked
package dev.sluice.kubernetes.plan;

import org.jspecify.annotations.NullMarked;
