// The content security policy allows no style element but the theme's own and no code made of text: htmx asks for neither.
htmx.config.includeIndicatorStyles = false;
htmx.config.allowEval = false;
