import "react";

declare module "react" {
  interface InputHTMLAttributes<T> {
    /** All browsers know it, no standard does. */
    webkitdirectory?: T extends HTMLInputElement ? string : never;
  }
}
