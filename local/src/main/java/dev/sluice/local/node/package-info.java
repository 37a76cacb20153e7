/** The lab's data path: one process that hosts pods, proxy and load, and keeps the objects. */
@NullMarked
package dev.sluice.local.node;

import org.jspecify.annotations.NullMarked;
