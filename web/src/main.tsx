import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { setNonce } from 'get-nonce';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { ConnectionError } from './api/problem';
import { nonce } from './app/nonce';
import './app/preferences';
import { router } from './app/router';
import './app/theme.css';

// Dialogs keep the page behind them from scrolling by a style of their own, which the Content-Security-Policy wants to know.
setNonce(nonce);

const client = new QueryClient({
  defaultOptions: {
    queries: {
      // The server's refusals do not change by asking again; a lost connection may come back.
      retry: (failures, error) => error instanceof ConnectionError && failures < 5,
      staleTime: 5_000,
      refetchOnWindowFocus: false,
    },
  },
});

const place = document.getElementById('root');
if (place) {
  createRoot(place).render(
    <StrictMode>
      <QueryClientProvider client={client}>
        <RouterProvider router={router} />
      </QueryClientProvider>
    </StrictMode>,
  );
}
