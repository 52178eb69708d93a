"use strict";
// Draws Swagger's page over the OpenAPI document; a file of its own, because the content policy allows no script in a page.
const place = document.getElementById("swagger-ui");
SwaggerUIBundle({ url: place.dataset.url, domNode: place, deepLinking: true, validatorUrl: null });
