/** Put in by the build. */
declare const __HEDDLE_VERSION__: string | undefined

export const version = typeof __HEDDLE_VERSION__ === 'string' ? __HEDDLE_VERSION__ : '0.0.0+sources'
