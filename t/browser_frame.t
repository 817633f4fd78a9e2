# Sessions in a frame, in a real browser that blocks the cookies of third parties: those with Partitioned live on.
use FindBin;
use lib "$FindBin::Bin/lib";
use Kit;
use Browser;

# What is embedded, and the pages of two other sites that embed it.
my ($shop, $blog, $news) = map {"https://$_.test"} qw(shop.example-a www.example-b www.example-c);
my $login_page = '/login?next=%2Fpage';

new_key('v1');
my $redis = RedisServer->new;
my $realm = "key v1 file=v1.key; @{[ $redis->directives ]} login /login return=next; cookie";
my $nginx = Nginx->new(
    tls => 1,
    realms => {app => "$realm __Host-session partitioned;", plain => "$realm access_token;"},
    server => 'absolute_redirect off; default_type text/html;',
    http => 'map $request_method $who_logs_in { POST 42; }',
    backend => 'absolute_redirect off; default_type text/html;
        location / { return 200 $http_x_echo; }
        location /login {
            add_header X-Session-User $who_logs_in;
            if ($request_method = POST) { return 303 $http_x_back; }
            return 200 "<form method=post><button>log in</button></form>";
        }',
    locations => "
        location / { auth_session app; proxy_pass http://backend; }
        location = /login {
            session_issue app;
            proxy_set_header X-Back \$session_return_to;
            proxy_pass http://backend;
        }
        location = /logout { session_logout app; }
        location = /plain { auth_session plain; proxy_pass http://backend; }
        location = /plain/login { session_issue plain; proxy_pass http://backend/login; }
        location = /outer { return 200 '<iframe src=$shop/page></iframe>'; }",
);
sub where { $_[0]->run('location.pathname + location.search') }

my $browser = Browser->new(port => $nginx->tls_port, third_party_cookies => 'block');
ok $browser->visit("$blog/outer"), 'a page with a frame of another site';
is where($browser->frame), $login_page, 'in the frame: has to log in';
my $frame = $browser->frame;
$frame->leave('document.querySelector("button").click()');
is join(' ', where($frame), $frame->text), '/page 42', 'logs in';
$frame->leave('location.reload()');
is join(' ', where($frame), $frame->text), '/page 42', 'a reload of the frame';
$browser->visit("$blog/outer");
is join(' ', where($browser->frame), $browser->frame->text), '/page 42', 'a reload of the page';

my $cookie = $browser->cookies->{'__Host-session'};
is $cookie->{partitionKey}{topLevelSite}, 'https://example-b.test', 'the cookie is of the page\'s site';
is join(' ', @$cookie{qw(domain path sameSite)}, map { $cookie->{$_} ? 'yes' : 'no' } qw(secure httpOnly)),
    'shop.example-a.test / None yes yes', 'as the browser keeps it';
$browser->visit("$news/outer");
is where($browser->frame), $login_page, 'in a frame of another page: not logged in';
$browser->visit("$shop/page");
is where($browser), $login_page, 'in a window of its own: not logged in';

# Without Partitioned.
my $log_in = 'fetch("/plain/login", {method: "POST", redirect: "manual"}).then(() => "done")';
my $ask = 'fetch("/plain").then(response => response.status)';
$browser->visit("$blog/outer");
is $browser->frame->run($log_in), 'done', 'without Partitioned: a login in the frame';
is $browser->frame->run($ask), 401, 'is no use';
$browser->visit("$shop/login");
is $browser->run($log_in), 'done', 'without Partitioned: a login in a window of its own';
is $browser->run($ask), 200, 'is good there';
$browser->visit("$blog/outer");
is $browser->frame->run($ask), 401, 'and no use in the frame';
is where($browser->frame), '/page', 'which is logged in all the same';

is $browser->frame->run('fetch("/logout", {method: "POST"}).then(response => response.status)'), 200,
    'a logout in the frame';
is $browser->cookies->{'__Host-session'}, undef, 'deletes its cookie';
$browser->visit("$blog/outer");
is where($browser->frame), $login_page, 'has to log in again';
$browser->stop;

done;
