// Below this width Streamlit lays the list of pages over the page.
const DRAWER_BELOW_PX = 768;

let shown;

/** Closes the drawer when another page comes; the first one finds it closed. */
export default function mount(component) {
  const { page } = component.data;
  if (shown !== undefined && shown !== page && window.innerWidth < DRAWER_BELOW_PX) {
    document.querySelector('[data-testid="stSidebarCollapseButton"] button')?.click();
  }
  shown = page;
}
