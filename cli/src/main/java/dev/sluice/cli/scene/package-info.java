/** Where releases are, a cluster or a lab, and what people see of them there: the same in both. */
@NullMarked
package dev.sluice.cli.scene;

import org.jspecify.annotations.NullMarked;
