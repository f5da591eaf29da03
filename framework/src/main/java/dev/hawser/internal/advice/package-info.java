/**
 * What the framework says to developers besides what is wrong: the name they may have meant, the
 * value that is missing, the module that is not there.
 */
package dev.hawser.internal.advice;
